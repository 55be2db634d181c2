//! Why something failed or was refused.

use super::table::Reason;

/// Declares [`Reason`]: a line for each, with its number in the log, whether
/// it is a failure, a refusal by a defence or an answer, and where in the
/// picture it happens.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal: $sort:ident at $node:ident $(($gate:ident))?;)*) => {
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

            /// The largest number.
            pub const MOST: usize = {
                let mut most = 0;
                $(if $number > most { most = $number })*
                most
            };

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
                    $(Reason::$name => Node::$node $((Switch::$gate))?,)*
                }
            }
        }
    };
}

pub(super) use reasons;

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
