//! A strip over the time that was watched, with what was when.

use std::rc::Rc;

use stampede_watch::Millis;
use yew::prelude::*;

use super::plot::Axis;

/// From when, until when, and what it looks like.
pub type Stretch = (Millis, Millis, &'static str);

/// What fires, and what may.
pub const FIRING: &str = "firing";
/// See [`FIRING`].
pub const PENDING: &str = "pending";

/// See [`Strip`].
#[derive(Properties, PartialEq)]
pub struct StripProps {
    /// What was when.
    pub stretches: Rc<[Stretch]>,
    /// Over which time.
    pub axis: Axis,
}

/// The strip. What it shows is said in words beside it.
#[component]
pub fn Strip(props: &StripProps) -> Html {
    let StripProps { stretches, axis } = props;
    let area = use_node_ref();
    // So short that it would not be seen, it is still there.
    let width = |from: Millis, to: Millis| (axis.x(to) - axis.x(from)).max(3.0);
    html! {
        <svg ref={area.clone()} class="strip" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true"
            onpointerdown={axis.click(area)}>
            { for stretches.iter().enumerate().map(|(nr, (from, to, class))| html! {
                <rect key={nr} class={*class} x={format!("{:.1}", axis.x(*from))} width={format!("{:.1}", width(*from, *to))}
                    y={if *class == PENDING { "8" } else { "0" }} height={if *class == PENDING { "8" } else { "16" }}/>
            }) }
            { for axis.end().map(|x| html! { <path class="over" d={format!("M{x:.1} 0V16")}/> }) }
            <path class="playhead" d={format!("M{:.1} 0V16", axis.x(axis.at))}/>
        </svg>
    }
}

/// Stretches that touch or overlap as one, of each kind: many alerts are drawn as
/// quickly as one. Those that fire come last, above the others.
pub fn joined(mut all: Vec<Stretch>) -> Rc<[Stretch]> {
    all.sort_unstable_by_key(|(from, to, class)| (*class == FIRING, *class, *from, *to));
    let mut joined: Vec<Stretch> = Vec::new();
    for (from, to, class) in all {
        match joined.last_mut() {
            Some((_, end, kind)) if *kind == class && from <= *end => *end = to.max(*end),
            _ => joined.push((from, to, class)),
        }
    }
    joined.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_is_one() {
        let (a, b) = (FIRING, PENDING);
        let all = vec![(5, 9, a), (0, 5, a), (20, 30, a), (8, 12, a), (0, 9, b)];
        assert_eq!(*joined(all), [(0, 9, b), (0, 12, a), (20, 30, a)]);
    }
}
