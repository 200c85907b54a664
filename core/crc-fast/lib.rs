//! What object_store asks of crc-fast: one of its sums, for stores that are told to compare it. The tables of the others, which
//! crc-fast cannot leave out, would be 0.7 MB of the program.

use crc::{CRC_64_NVME, Crc, Table};

static NVME: Crc<u64, Table<1>> = Crc::<u64, Table<1>>::new(&CRC_64_NVME);

/// Which sum is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrcAlgorithm {
    /// CRC-64/NVME, as S3 knows it.
    Crc64Nvme,
}

/// A sum over what comes piece by piece.
pub struct Digest(crc::Digest<'static, u64, Table<1>>);

impl Digest {
    /// Over nothing yet.
    pub fn new(algorithm: CrcAlgorithm) -> Digest {
        match algorithm {
            CrcAlgorithm::Crc64Nvme => Digest(NVME.digest()),
        }
    }

    /// And over this.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum.
    pub fn finalize(self) -> u64 {
        self.0.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme
    #[test]
    fn the_sum_of_the_catalogues_example_is_the_catalogues() {
        let mut digest = Digest::new(CrcAlgorithm::Crc64Nvme);
        digest.update(b"1234");
        digest.update(b"56789");
        assert_eq!(digest.finalize(), 0xae8b_1486_0a79_9888);
    }
}
