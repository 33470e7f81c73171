//! The demonstration city.

use testkit::{System, on_both_engines};

on_both_engines! {
    async fn the_demonstration_is_filled_once_and_its_numbers_are_right(system: System) {
        let first = system.run(&["demo", "--fill-only"]);
        let said = String::from_utf8_lossy(&first.stdout).into_owned();
        assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
        assert_eq!(said.lines().filter(|line| line.contains('（')).count(), 15, "{said}");
        let second = system.run(&["demo", "--fill-only"]);
        assert!(String::from_utf8_lossy(&second.stdout).contains("沿用原有数据"));
        assert!(system.run(&["check", "counts"]).status.success());
    }
}
