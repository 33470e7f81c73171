//! The number of a substance in the Chemical Abstracts Service's registry, such as 67-56-1, as safety data sheets (GB/T 16483) give it.

/// Whether a number has the form of a CAS number (two to seven digits, two digits, one digit) and its check digit is right: the
/// digits before it, weighted from the right, modulo 10.
pub fn valid(number: &str) -> bool {
    let parts: Vec<&str> = number.split('-').collect();
    let [front, middle, check] = parts.as_slice() else { return false };
    let digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !digits || !(2..=7).contains(&front.len()) || middle.len() != 2 || check.len() != 1 {
        return false;
    }
    let body = front.bytes().chain(middle.bytes()).rev();
    let sum: u32 = body.zip(1..).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    check.bytes().all(|digit| u32::from(digit - b'0') == sum % 10)
}

#[cfg(test)]
mod tests {
    use super::valid;

    #[test]
    fn a_slip_in_a_cas_number_is_found() {
        assert!(["67-56-1", "7732-18-5", "7647-01-0", "71-43-2"].into_iter().all(valid));
        let wrong = [
            "67-56-2",
            "76-56-1",
            "67561",
            "6-56-1",
            "67-5-61",
            "67-56-",
            "6a-56-1",
            "67-56-1-1",
            "",
            "７1-43-2",
        ];
        assert!(!wrong.into_iter().any(valid));
    }
}
