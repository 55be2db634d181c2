//! Play, pause, step, scrub, speed.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::density::DensityProps;
use super::later::Later;
use crate::lang::Lang;
use crate::player::{FASTEST, Player, SPEEDS};
use crate::stage::studio::Studio;
use crate::state::{Playhead, Shared};
use crate::ui::decimal::decimal;
use crate::ui::time::{instant, round};

/// See [`Transport`].
#[derive(Properties)]
pub struct TransportProps {
    /// Whose playhead it moves.
    pub studio: Rc<Studio>,
    /// Where it is.
    pub playhead: Playhead,
    /// The page's language.
    pub lang: Lang,
    /// The page's state.
    pub state: Shared,
    /// What draws the strips, once it is here.
    pub there: Option<&'static Later>,
}

impl PartialEq for TransportProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.studio, &other.studio)
            && (self.lang, &self.playhead) == (other.lang, &other.playhead)
            && self.state.revision == other.state.revision
            && self.there.is_some() == other.there.is_some()
    }
}

/// The controls of the playhead.
#[component]
pub fn Transport(props: &TransportProps) -> Html {
    let TransportProps { studio, playhead, lang, state, there } = props;
    let lang = *lang;
    let act = |deed: fn(&mut Player)| {
        let studio = Rc::clone(studio);
        Callback::from(move |_: MouseEvent| studio.with(deed))
    };
    let slide = |deed: fn(&mut Player, f64)| {
        let studio = Rc::clone(studio);
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            studio.with(|player| deed(player, input.value_as_number()));
        })
    };
    let button = |class: &'static str, path: &'static str, name: &'static str, onclick| {
        html! {
            <button type="button" {class} {onclick}>
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d={path}/></svg><span>{ name }</span>
            </button>
        }
    };
    let play = if playhead.playing {
        button(
            "primary",
            "M6 4h4v16H6zM14 4h4v16h-4z",
            lang.pick("Pause", "一時停止"),
            act(|p| p.play(false)),
        )
    } else {
        button("primary", "M6 3l15 9-15 9z", lang.pick("Play", "再生"), act(|p| p.play(true)))
    };
    // Where there is little room, the number alone.
    let (before, speed, after) = match (SPEEDS.get(playhead.speed), lang) {
        (Some(speed), Lang::En) => ("1 s here = ", round(Nanos(*speed)), " there"),
        (Some(speed), Lang::Ja) => ("実時間 1 秒 = シミュレーション ", round(Nanos(*speed)), ""),
        (None, Lang::En) => ("as fast as it computes", String::new(), ""),
        (None, Lang::Ja) => ("計算が追いつく最高速", String::new(), ""),
    };
    let speed_text = format!("{before}{speed}{after}");
    let computing = match (playhead.complete, playhead.late) {
        (true, _) => html! { <span/> },
        (_, false) => html! { <em>{ lang.pick(" (computing)", "（計算中）") }</em> },
        (_, true) => {
            html! { <em>{ lang.pick(" (computing; the picture waits)", "（計算中。表示は待機中）") }</em> }
        }
    };
    let jump = |deed: fn(&mut Player), path: &'static str, name: &'static str| {
        html! { <button type="button" class="jump" aria-label={name} title={name} onclick={act(deed)}><svg viewBox="0 0 24 24" aria-hidden="true"><path d={path}/></svg></button> }
    };
    let time = instant(playhead.at, playhead.end);
    // How long it takes may be the answer.
    let covered = state.guess.is_some();
    html! {
        <div class="transport" inert={covered}>
            <div class="buttons">
                { button("", "M5 4h3v16H5zM20 4v16L9 12z", lang.pick("Restart", "最初から"), act(|p| { p.seek(Nanos::ZERO); p.play(true); })) }
                { button("", "M16 4h3v16h-3zM14 4v16L3 12z", lang.pick("Back", "戻る"), act(Player::step_back)) }
                { play }
                { button("", "M5 4h3v16H5zM10 4l11 8-11 8z", lang.pick("Step", "進む"), act(Player::step)) }
                <span class="jumps">
                    { jump(Player::previous_moment, "M15 4L7 12l8 8", lang.pick("To the previous moment", "前の出来事へ")) }
                    { jump(Player::next_moment, "M9 4l8 8-8 8", lang.pick("To the next moment", "次の出来事へ")) }
                </span>
            </div>
            <label class="time">
                <span>{ lang.pick("Time", "時刻") }{ " " }<b data-test="time">{ time.clone() }</b>if !covered { { format!(" / {}", round(playhead.end)) } }
                    { computing }
                </span>
                <input type="range" min="0" max={decimal(playhead.end.ms())} step="any" value={decimal(playhead.at.ms())}
                    aria-valuetext={time} oninput={slide(|player, ms| { player.stop_at(Nanos::from_ms(ms)); })}/>
                { match there.filter(|_| !covered) {
                    Some(there) => (there.density)(DensityProps { studio: Rc::clone(studio), state: state.clone(), playhead: playhead.clone() }),
                    None => html! { <span class="density"/> },
                } }
            </label>
            <label class="speed">
                <span><i>{ before }</i>{ speed }<i>{ after }</i></span>
                <input type="range" min="0" max={FASTEST.to_string()} step="1" value={playhead.speed.to_string()}
                    aria-label={lang.pick("Speed", "速度")} aria-valuetext={speed_text}
                    oninput={slide(|player, index| player.set_speed(index as usize))}/>
            </label>
        </div>
    }
}
