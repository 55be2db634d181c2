//! Why something failed or was refused.

use super::Node;

/// Declares [`Reason`]: a line for each, with its number in the log, whether
/// it is a failure, a refusal by a defence or an answer, and where in the
/// picture it happens.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal: $sort:ident at $node:ident;)*) => {
        /// Why a request failed. Its number stands in the log; nothing else
        /// depends on it.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u32)]
        pub enum Reason {
            $($(#[$doc])* $name = $number,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: [Reason; [$($number),*].len()] = [$(Reason::$name),*];

            /// The reason with a number.
            pub fn of(number: u32) -> Option<Reason> {
                match number {
                    $($number => Some(Reason::$name),)*
                    _ => None,
                }
            }

            /// What sort of end it is.
            pub fn sort(self) -> Sort {
                match self {
                    $(Reason::$name => Sort::$sort,)*
                }
            }

            /// Where in the picture it is seen.
            pub fn node(self) -> Node {
                match self {
                    $(Reason::$name => Node::$node,)*
                }
            }
        }
    };
}

/// See [`Reason::sort`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Something went wrong or took too long.
    Failure,
    /// A defence refused it.
    Refusal,
    /// All is well; there is only nothing to be had.
    Answer,
}

reasons! {
    /// The query failed.
    Database = 1: Failure at Pool;
    /// The request's leader went away before it had a result.
    LeaderGone = 2: Failure at Pool;
    /// The client waited long enough.
    Timeout = 3: Failure at Pool;
    /// No connection came free in time.
    PoolTimeout = 4: Failure at Pool;
    /// The database took too long.
    QueryTimeout = 5: Failure at Pool;
    /// The flight it waited for took too long.
    FlightTimeout = 6: Failure at Pool;
    /// It did not get the lock in time.
    LockTimeout = 7: Failure at Pool;
    /// The lock server does not answer.
    LockDown = 8: Failure at Pool;
    /// The cache does not answer.
    CacheDown = 9: Failure at Pool;
    /// The breaker is open.
    BreakerOpen = 10: Refusal at Breaker;
    /// The breaker is half-open and has let enough through.
    TooManyRequests = 11: Refusal at Breaker;
    /// The rate limit is reached.
    RateLimited = 12: Refusal at Limiter;
    /// Adaptive throttling drew its number.
    Throttled = 13: Refusal at Throttle;
    /// It queued too long for a connection.
    Shed = 14: Refusal at Pool;
    /// The cache does not answer, and enough are loading without it.
    Spilled = 15: Refusal at Cache;
    /// The process died.
    Crashed = 16: Failure at Pool;
    /// No process was there to answer.
    NoProcess = 17: Failure at Pool;
    /// The code that read the answer panicked.
    Panic = 18: Failure at Pool;
    /// There is no such thing: an answer, not a failure.
    NotFound = 19: Answer at Pool;
}

impl Reason {
    /// Whether a defence refused the request, rather than that it failed.
    pub fn is_refusal(self) -> bool {
        self.sort() == Sort::Refusal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_by_its_number() {
        for reason in Reason::ALL {
            assert_eq!(Reason::of(reason as u32), Some(reason));
        }
        assert_eq!((Reason::of(0), Reason::of(u32::MAX)), (None, None));
    }
}
