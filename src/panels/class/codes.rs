//! Short codes for a class: one from the teacher for everybody, one back from
//! each student.
//!
//! A code is a number in Crockford's base 32, without letters that look alike,
//! and a multiple of the prime 1021. A changed letter, or two exchanged ones,
//! make it none: they change it by a multiple of a power of 32 that is too
//! small to have that prime in it.

/// Crockford's digits.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What every code can be divided by.
const PRIME: u64 = 1021;

/// What a teacher gives to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassCode {
    /// Which task or challenge, below 2¹⁸: see `course::library::task_number`.
    pub task: u32,
    /// Tells one class from another, below 4,096.
    pub class: u32,
}

/// What a student gives back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnswerCode {
    /// Which class it is for, below 4,096.
    pub class: u32,
    /// The student's number, below 4,096; it makes the seed.
    pub student: u32,
    /// Stars reached, 0 to 2.
    pub stars: u64,
    /// The value that the task is about, to four digits.
    pub value: f64,
}

/// Why a code is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It has another number of letters than a code of its kind.
    Length {
        /// How many it has.
        found: usize,
        /// How many there should be.
        wanted: usize,
    },
    /// A letter is wrong.
    Letter,
    /// It is of the kind of before, which said where a task stood in the
    /// course and not which one it was.
    Old,
}

impl ClassCode {
    /// As it is written on the board: `4KT9-2QXM`.
    pub fn write(self) -> String {
        write((u64::from(self.task) << 12) | u64::from(self.class), 8)
    }

    /// From what somebody typed.
    pub fn read(text: &str) -> Result<ClassCode, Wrong> {
        let number = read(text, 8).map_err(|wrong| match wrong {
            Wrong::Length { found: 6, .. } => Wrong::Old,
            other => other,
        })?;
        Ok(ClassCode { task: (number >> 12) as u32, class: number as u32 & 0xfff })
    }

    /// The seed of a student's run.
    pub fn seed(self, student: u32) -> u64 {
        (u64::from(self.class) << 12) | u64::from(student) | (1 << 24)
    }
}

impl AnswerCode {
    /// As a student gives it back: `4KT9-QX00-7AB2`.
    pub fn write(self) -> String {
        // The upper bits of a 32-bit float: sign, exponent, 15 bits.
        let value = u64::from((self.value as f32).to_bits() >> 8);
        let number = u64::from(self.class) << 38
            | u64::from(self.student) << 26
            | self.stars.min(2) << 24
            | value;
        write(number, 12)
    }

    /// From what somebody pasted.
    pub fn read(text: &str) -> Result<AnswerCode, Wrong> {
        let number = read(text, 12)?;
        let value = f32::from_bits(((number & 0xff_ffff) << 8) as u32);
        if !value.is_finite() {
            return Err(Wrong::Letter);
        }
        Ok(AnswerCode {
            class: (number >> 38) as u32,
            student: (number >> 26) as u32 & 0xfff,
            stars: number >> 24 & 3,
            value: value.into(),
        })
    }
}

fn write(payload: u64, letters: u32) -> String {
    // Ten bits more, so that the whole is a multiple of the prime.
    let open = payload << 10;
    let mut number = open + (PRIME - open % PRIME) % PRIME;
    let mut digits = Vec::new();
    for _ in 0..letters {
        digits.push(DIGITS[(number % 32) as usize]);
        number /= 32;
    }
    digits.reverse();
    let groups: Vec<_> = digits.chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

fn read(text: &str, wanted: usize) -> Result<u64, Wrong> {
    let letters: Vec<char> = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    if letters.len() != wanted {
        return Err(Wrong::Length { found: letters.len(), wanted });
    }
    let mut number = 0;
    for letter in letters {
        // What looks alike is read alike.
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let digit = DIGITS.iter().position(|digit| char::from(*digit) == letter);
        number = number * 32 + digit.ok_or(Wrong::Letter)? as u64;
    }
    if number % PRIME == 0 { Ok(number >> 10) } else { Err(Wrong::Letter) }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn codes_go_there_and_back(task in 0u32..262_144, class in 0u32..4096, student in 0u32..4096,
            stars in 0u64..3, value in 0u32..65_536) {
            let code = ClassCode { task, class };
            prop_assert_eq!(ClassCode::read(&code.write()), Ok(code));
            let answer = AnswerCode { class, student, stars, value: value.into() };
            let text = answer.write();
            prop_assert_eq!(AnswerCode::read(&text), Ok(answer));
            prop_assert_eq!(AnswerCode::read(&text.to_lowercase().replace('0', "o").replace('-', " ")), Ok(answer));
        }

        /// A wrong letter, or two exchanged ones, are noticed, always.
        #[test]
        fn slips_are_noticed(class in 0u32..4096, student in 0u32..4096, value in 0.0f64..1e6,
            at in 0usize..12, to in 0usize..32) {
            let text = AnswerCode { class, student, stars: 1, value }.write().replace('-', "");
            let mut letters = text.clone().into_bytes();
            letters[at] = DIGITS[to];
            let slip = String::from_utf8(letters).unwrap();
            prop_assert_eq!(AnswerCode::read(&slip).is_ok(), slip == text);
            let mut letters = text.clone().into_bytes();
            letters.swap(at, (at + 1) % 12);
            let swapped = String::from_utf8(letters).unwrap();
            if at < 11 {
                prop_assert_eq!(AnswerCode::read(&swapped).is_ok(), swapped == text);
            }
        }
    }

    #[test]
    fn what_is_no_code_says_why() {
        let wrong = Wrong::Length { found: 7, wanted: 8 };
        assert_eq!(ClassCode::read("ABCD-EFG"), Err(wrong));
        assert_eq!(ClassCode::read("ABC-DEF"), Err(Wrong::Old));
        assert_eq!(ClassCode::read("ABCD-EFG!"), Err(Wrong::Letter));
        assert_eq!(ClassCode::read("日本語日本語日本"), Err(Wrong::Letter));
        // Correct in every letter, and yet no value.
        let none = AnswerCode { class: 1, student: 1, stars: 1, value: f64::NAN };
        assert_eq!(AnswerCode::read(&none.write()), Err(Wrong::Letter));
        let seeds = |class| ClassCode { task: 0, class }.seed(7);
        assert_ne!(seeds(1), seeds(2));
    }

    /// What was written on a board once means the same for ever: computed elsewhere.
    #[test]
    fn codes_stay_what_they_are() {
        for (task, class, text) in
            [(140_188, 7, "H3KG-070E"), (140_421, 4095, "H4GQ-ZZS3"), (195_763, 7, "QWPC-07ET")]
        {
            assert_eq!(ClassCode { task, class }.write(), text);
        }
        let answer = AnswerCode { class: 7, student: 42, stars: 1, value: 4.0 };
        assert_eq!(answer.write(), "01R2-MM10-00XZ");
    }

    /// Values keep four digits.
    #[test]
    fn values_are_near() {
        for value in [0.0, 1.0, 37.25, 99.96, 12_608.0, 1_234_567.0] {
            let code = AnswerCode { class: 0, student: 0, stars: 0, value };
            let back = AnswerCode::read(&code.write()).unwrap().value;
            assert!((back - value).abs() <= value * 1e-4, "{value} {back}");
        }
    }
}
