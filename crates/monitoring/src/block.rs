//! The readings of a point in a minute, packed into one row: a small fraction of the rows and of the log that single readings would be, and
//! the finest sum of a curve at once.

/// Bytes of a reading: milliseconds into the minute, value.
const SIZE: usize = 10;
/// Most readings of a minute that are kept: ten a second.
pub const MOST: usize = 600;

/// What became of a reading that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is in.
    In,
    /// The same was there.
    Same,
    /// Another value of that moment was there, and stays.
    Other,
    /// There is no room.
    Full,
}

/// Readings of a minute in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block(Vec<(u16, i64)>);

impl Block {
    /// What was packed.
    pub fn unpack(data: &[u8]) -> Block {
        let read = |own: &[u8]| {
            let (offset, value) = own.split_at(2);
            Some((u16::from_le_bytes(offset.try_into().ok()?), i64::from_le_bytes(value.try_into().ok()?)))
        };
        Block(data.chunks_exact(SIZE).filter_map(read).collect())
    }

    /// The bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut data = Vec::with_capacity(self.0.len() * SIZE);
        for (offset, value) in &self.0 {
            data.extend_from_slice(&offset.to_le_bytes());
            data.extend_from_slice(&value.to_le_bytes());
        }
        data
    }

    /// Puts a reading in its place.
    pub fn put(&mut self, offset: u16, value: i64) -> Put {
        match self.0.binary_search_by_key(&offset, |(own, _)| *own) {
            Ok(at) if self.0.get(at).is_some_and(|(_, own)| *own == value) => Put::Same,
            Ok(_) => Put::Other,
            Err(_) if self.0.len() >= MOST => Put::Full,
            Err(at) => {
                self.0.insert(at, (offset, value));
                Put::In
            }
        }
    }

    /// The readings in order.
    pub fn readings(&self) -> &[(u16, i64)] {
        &self.0
    }

    /// Number, lowest, highest and sum; none where there is nothing.
    pub fn sums(&self) -> Option<(i64, i64, i64, i64)> {
        let values = self.0.iter().map(|(_, value)| *value);
        let (low, high) = (values.clone().min()?, values.clone().max()?);
        Some((i64::try_from(self.0.len()).unwrap_or(i64::MAX), low, high, values.sum()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back_in_order(given in prop::collection::vec((0u16..60_000, -1_000_000i64..1_000_000), 0..100)) {
            let mut block = Block::default();
            let mut taken = 0;
            for (offset, value) in &given {
                taken += usize::from(block.put(*offset, *value) == Put::In);
            }
            let back = Block::unpack(&block.pack());
            prop_assert_eq!(&back, &block);
            prop_assert_eq!(back.readings().len(), taken);
            prop_assert!(back.readings().windows(2).all(|two| two[0].0 < two[1].0));
        }
    }

    #[test]
    fn the_first_value_of_a_moment_stays_and_a_minute_has_an_end() {
        let mut block = Block::default();
        assert_eq!(block.put(5, 1), Put::In);
        assert_eq!((block.put(5, 1), block.put(5, 2)), (Put::Same, Put::Other));
        assert_eq!(block.sums(), Some((1, 1, 1, 1)));
        for offset in 0..MOST as u16 {
            block.put(offset * 7 + 6, 0);
        }
        assert_eq!(block.put(59_999, 1), Put::Full);
    }
}
