//! The stored scripts of the challenges: one that passes, and what comes to mind first.

/// Of a challenge, by its name: the solution, and the naive answer.
pub type Scripts = (&'static str, &'static str, &'static str);

macro_rules! scripts {
    ($($id:literal)*) => {
        &[$((
            $id,
            include_str!(concat!("../lab/solutions/", $id, ".rn")),
            include_str!(concat!("../lab/naive/", $id, ".rn")),
        ),)*]
    };
}

/// All of them, in the order of the ladder.
pub const SCRIPTS: &[Scripts] = scripts! {
    "one-call" "leaver" "four" "hot-key" "cliff" "outage" "breaker" "paused" "cache-down" "viral"
};
