//! What may be in another part of the program.

/// Ways to something, `ALL`: they are there from the beginning, or, where a
/// program is cut into parts (feature `apart`), as soon as they have been given.
#[macro_export]
macro_rules! apart {
    ($ways:ident) => {
        #[cfg(feature = "apart")]
        static GIVEN: std::sync::OnceLock<$ways> = std::sync::OnceLock::new();

        impl $ways {
            /// The ways, if they are there.
            pub(crate) fn here() -> Option<$ways> {
                #[cfg(feature = "apart")]
                return GIVEN.get().copied();
                #[cfg(not(feature = "apart"))]
                Some($ways::ALL)
            }

            /// They are there.
            #[cfg(feature = "apart")]
            pub(crate) fn give() {
                // To give them twice changes nothing.
                let _ = GIVEN.set($ways::ALL);
            }
        }
    };
    ($ways:ident, given) => {
        $crate::apart!($ways);

        impl $ways {
            /// The ways, in a run that needs them: it was refused until they were
            /// there.
            pub(crate) fn given() -> $ways {
                $ways::here().expect("what a run needs is there")
            }
        }
    };
}
