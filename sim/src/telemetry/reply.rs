//! An answer over HTTP, packed into an event's argument.

use crate::engine::Nanos;

/// What came of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u32,
    /// Where it came from.
    pub from: From,
    /// For whose account it was made; 0 if that is nobody's.
    pub account: u32,
    /// How old it was (`Age`), in tenths of a second.
    pub age: u32,
}

/// Where an answer came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// From the handler, for this request (`x-cache: miss`).
    Handler,
    /// From the handler, for another request at the same time (`x-cache: hit`).
    Shared,
    /// From what the middleware had kept (`x-cache: hit`).
    Kept,
}

/// The status codes there are.
const STATUSES: [u32; 7] = [200, 304, 404, 429, 500, 503, 504];
/// Bits for the account, and for the age.
const ACCOUNT: u32 = 10;
const AGE: u32 = 16;

impl Reply {
    /// In 31 bits. An age above 6,553.5 s is given as that.
    pub fn pack(self) -> u32 {
        let status = STATUSES.iter().position(|status| *status == self.status).unwrap_or(0) as u32;
        let age = self.age.min((1 << AGE) - 1);
        status << 28 | (self.from as u32) << 26 | self.account << AGE | age
    }

    /// What was packed.
    pub fn unpack(arg: u32) -> Reply {
        let from = match arg >> 26 & 3 {
            0 => From::Handler,
            1 => From::Shared,
            _ => From::Kept,
        };
        Reply {
            status: STATUSES[(arg >> 28) as usize % STATUSES.len()],
            from,
            account: arg >> AGE & ((1 << ACCOUNT) - 1),
            age: arg & ((1 << AGE) - 1),
        }
    }

    /// An age, as it is kept.
    pub fn tenths(age: Nanos) -> u32 {
        (age.0 / 100_000_000).min(u64::from(u32::MAX)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        for status in STATUSES {
            for from in [From::Handler, From::Shared, From::Kept] {
                for (account, age) in [(0, 0), (1, 12), (1_000, 65_535)] {
                    let reply = Reply { status, from, account, age };
                    assert_eq!(Reply::unpack(reply.pack()), reply);
                }
            }
        }
        let old = Reply { status: 200, from: From::Kept, account: 0, age: 1 << 20 };
        assert_eq!(Reply::unpack(old.pack()).age, 65_535);
    }
}
