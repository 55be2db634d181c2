//! Which panels there are.

/// What stands beside the stage: the text, or a panel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panel {
    /// Nothing: the stage alone.
    Stage,
    /// The chapter.
    Text,
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
    /// As its operator sees it.
    Watch,
    /// A protector of one's own, to write.
    Script,
    /// The compiled source.
    Code,
    /// Many seeds.
    Luck,
    /// A run without each of its defences.
    Saved,
    /// Faults that a run does not stand.
    Chaos,
    /// Which posts go viral, learned from others.
    Learn,
    /// A task for a class, and its answers.
    Class,
    /// Knobs.
    Settings,
}

/// What somebody wants of a panel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// To change something.
    Change,
    /// To look closer at what there is.
    Look,
    /// To go by one's own numbers and chances.
    Own,
    /// To teach.
    Teach,
}

impl Group {
    /// All, in order.
    pub const ALL: [Group; 4] = [Group::Change, Group::Look, Group::Own, Group::Teach];

    /// What belongs to it, in order.
    pub fn panels(self) -> &'static [Panel] {
        match self {
            Group::Change => &[Panel::Experiments, Panel::Defences, Panel::Act, Panel::Settings],
            Group::Look => {
                &[Panel::Why, Panel::Log, Panel::Numbers, Panel::Charts, Panel::Watch, Panel::Code]
            }
            Group::Own => &[
                Panel::System,
                Panel::Script,
                Panel::Luck,
                Panel::Saved,
                Panel::Chaos,
                Panel::Learn,
            ],
            Group::Teach => &[Panel::Class],
        }
    }

    /// Where a panel belongs; stage and text belong nowhere.
    pub fn of(panel: Panel) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.panels().contains(&panel))
    }
}

impl Panel {
    /// Whether it shows how the run on the stage goes on: what somebody is
    /// asked to predict.
    pub fn tells(self) -> bool {
        matches!(Group::of(self), Some(Group::Look))
            || matches!(self, Panel::Luck | Panel::Saved | Panel::Chaos)
    }
}
