//! Which panels there are.

/// The panels below the lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panel {
    /// None yet: what could be done next.
    Start,
    /// Pairs of scenarios to choose from.
    Experiments,
    /// The viewer's own system, and what breaks first in it.
    System,
    /// Which defences each lane has.
    Defences,
    /// Endpoints to press, and things to break.
    Act,
    /// What one request, or a station, is doing.
    Why,
    /// What is worth looking at, and everything else.
    Log,
    /// A against B.
    Numbers,
    /// Over time.
    Charts,
    /// The compiled source.
    Code,
    /// Many seeds.
    Luck,
    /// A task for a class, and its answers.
    Class,
    /// Knobs.
    Settings,
}

impl Panel {
    /// All, in order.
    pub const ALL: [Panel; 12] = [
        Panel::Experiments,
        Panel::Defences,
        Panel::Act,
        Panel::Why,
        Panel::Log,
        Panel::Numbers,
        Panel::Charts,
        Panel::Code,
        Panel::Luck,
        Panel::System,
        Panel::Class,
        Panel::Settings,
    ];
}
