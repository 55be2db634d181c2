//! What stopped a script while it answered a request, packed into an event's
//! argument.

/// Where a script was stopped, and by what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stopped {
    /// By what.
    pub by: By,
    /// In which line, from 1; 0 if that is not known.
    pub line: u32,
    /// At which character of it, from 1.
    pub column: u32,
}

/// Declares [`By`]: each with its number, and what it is called.
macro_rules! by {
    ($($(#[$doc:meta])* $name:ident = $number:literal $word:literal;)*) => {
        /// What stops a script.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum By {
            $($(#[$doc])* $name = $number,)*
        }

        impl By {
            /// Everything that does.
            pub const ALL: &[By] = &[$(By::$name),*];

            /// In English.
            pub fn words(self) -> &'static str {
                match self {
                    $(By::$name => $word,)*
                }
            }
        }
    };
}

by! {
    /// Something that cannot be done with these values.
    Mistake = 0 "this cannot be done with these values";
    /// The request has taken as many steps as one may.
    Steps = 1 "it took too many steps (an endless loop?)";
    /// The request has used as much memory as one may.
    Memory = 2 "it used too much memory";
    /// `get` returned something that is no value.
    NoValue = 3 "`get` returned something that is no value of the cache or the database";
    /// A request may only touch the key that it asks for.
    OtherKey = 4 "a request may only touch the key that it asks for";
    /// Too many tasks have been started.
    Tasks = 5 "too many tasks were started";
    /// The process keeps as many entries in maps and counters as it may.
    Entries = 6 "the process keeps too many entries";
    /// A number that cannot be a span of time.
    Span = 7 "this is no span of time in milliseconds";
    /// There is no reason of that name.
    Reason = 8 "there is no reason of that name";
    /// So many requests have been stopped that nobody asks the script any more.
    GivenUp = 9 "too many requests were stopped: the script is not asked any more";
    /// There is no setting of that name.
    Setting = 10 "there is no setting of that name";
}

/// Bits for the column, and for the line.
const COLUMN: u32 = 12;
const LINE: u32 = 14;

impl Stopped {
    /// In 32 bits. What is further right or down than fits is given as that.
    pub fn pack(self) -> u32 {
        let (line, column) = (self.line.min((1 << LINE) - 1), self.column.min((1 << COLUMN) - 1));
        (self.by as u32) << (LINE + COLUMN) | line << COLUMN | column
    }

    /// What was packed.
    pub fn unpack(arg: u32) -> Stopped {
        let by = By::ALL.get((arg >> (LINE + COLUMN)) as usize).copied().unwrap_or(By::Mistake);
        Stopped { by, line: arg >> COLUMN & ((1 << LINE) - 1), column: arg & ((1 << COLUMN) - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        for (number, by) in By::ALL.iter().enumerate() {
            assert_eq!(*by as usize, number);
            for (line, column) in [(0, 0), (1, 1), (12, 345), (16_383, 4_095)] {
                let stopped = Stopped { by: *by, line, column };
                assert_eq!(Stopped::unpack(stopped.pack()), stopped);
            }
        }
        let far = Stopped { by: By::Steps, line: 20_000, column: 5_000 };
        assert_eq!(Stopped::unpack(far.pack()), Stopped { line: 16_383, column: 4_095, ..far });
    }
}
