//! Each defence, on or off in each lane, and its knobs.

use std::rc::Rc;

use stampede_sim::scenario::link::LANES;
use stampede_sim::scenario::{DEFENCES, Defence, Layer, Scenario};
use yew::prelude::*;

use super::PanelProps;
use super::field::Field;
use super::knobs::{self, Knobs};
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::state::Change;

/// The table of defences.
#[component]
pub fn Defences(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    // Knobs are open where a defence is on, and closed where it is not; but for
    // these.
    let other = use_state(Vec::<&'static str>::new);
    let lanes: Vec<Rc<Scenario>> =
        studio.read(|player| player.lanes.iter().map(|lane| lane.scenario.clone()).collect());
    let set = |lane: usize, path: String, value: String| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            let path = format!("{}.{path}", LANES[lane]);
            dispatch.dispatch(Change::Set(path, value.clone()));
        })
    };
    let switch = |defence: &Defence, lane: usize| {
        let on = lanes[lane].protect.is_on(defence.switch);
        let onclick = set(lane, format!("protect.{}", defence.key), (!on).to_string());
        let name =
            format!("{}{}{}", NAMES[lane], lang.pick(": ", "："), defence.names[lang as usize]);
        html! {
            <td class="cell"><button type="button" class="switch" role="switch" aria-checked={on.to_string()} aria-label={name}
                name={format!("{}.{}", LANES[lane], defence.key)} {onclick}><i></i></button></td>
        }
    };
    let row = |defence: &'static Defence| {
        let key = defence.key;
        let is_on = lanes.iter().any(|lane| lane.protect.is_on(defence.switch));
        let is_open = is_on != other.contains(&key);
        let has_knobs = knobs::of(key).next().is_some();
        let toggle = {
            let other = other.clone();
            Callback::from(move |_| {
                let mut keys = other.to_vec();
                keys.retain(|known| *known != key);
                if keys.len() == other.len() {
                    keys.push(key);
                }
                other.set(keys);
            })
        };
        let columns = (lanes.len() + 2).to_string();
        html! { <>
            <tr key={key}>
                <th scope="row"><b>{ defence.names[lang as usize] }</b><small>{ defence.about[lang as usize] }</small></th>
                { for (0..lanes.len()).map(|lane| switch(defence, lane)) }
                <td>
                    if has_knobs {
                        <button type="button" class="quiet" aria-expanded={is_open.to_string()} name={format!("knobs.{key}")} onclick={toggle}>{ lang.pick("knobs", "調整") }</button>
                    } else { <span/> }
                </td>
            </tr>
            if has_knobs && is_open {
                <tr key={format!("{key}.knobs")} class="its-knobs"><td colspan={columns}>
                    <Knobs {defence} studio={Rc::clone(studio)} run={playhead.run} state={state.clone()} dispatch={dispatch.clone()}/>
                </td></tr>
            }
        </> }
    };
    let order = |lane: usize| {
        let layers = lanes[lane].protect.layers();
        let earlier = |i: usize| {
            let mut moved = layers.clone();
            moved.swap(i, i - 1);
            let words: Vec<String> =
                moved.iter().map(|layer| format!("\"{}\"", layer.word())).collect();
            set(lane, "protect.order".to_owned(), format!("[{}]", words.join(",")))
        };
        let chip = |(i, layer): (usize, &Layer)| {
            let name = name_of(*layer, lang);
            html! {
                <li key={layer.word()}>
                    if i > 0 { <span class="then" aria-hidden="true">{ "→" }</span> } else { <span/> }
                    <span>{ name }</span>
                    if i > 0 {
                        <button type="button" class="quiet" aria-label={lang.pick(format!("earlier: {name}"), format!("前へ：{name}"))} onclick={earlier(i)}>{ lang.pick("earlier", "前へ") }</button>
                    } else { <span/> }
                </li>
            }
        };
        html! {
            <div key={lane} class="order">
                <b>{ NAMES[lane] }</b>
                <ol>{ for layers.iter().enumerate().map(chip) }</ol>
                if layers.is_empty() { <span class="note">{ lang.pick("none", "なし") }</span> } else { <span/> }
            </div>
        }
    };
    let flaw = |lane: usize| {
        let value = lanes[lane].protect.flaw.word();
        let (link, state) = (format!("{}.protect.flaw", LANES[lane]), state.clone());
        html! {
            <fieldset key={lane}>
                <legend>{ lang.pick("Lane ", "レーン ") }{ NAMES[lane] }</legend>
                <Field path="protect.flaw" {link} {value} {state} dispatch={dispatch.clone()}/>
            </fieldset>
        }
    };
    html! {
        <div class="defences">
            <table>
                <thead><tr><td></td>{ for NAMES.iter().take(lanes.len()).map(|name| html! { <th key={*name} scope="col">{ name }</th> }) }<td></td></tr></thead>
                <tbody>{ for DEFENCES.iter().map(row) }</tbody>
            </table>
            <h2>{ lang.pick("In which order a miss meets them", "ミスが通る順番") }</h2>
            { for (0..lanes.len()).map(order) }
            <h2>{ lang.pick("A well-known mistake in place of a defence", "対策の代わりに、よくある誤り") }</h2>
            <div class="pair">{ for (0..lanes.len()).map(flaw) }</div>
        </div>
    }
}

fn name_of(layer: Layer, lang: Lang) -> &'static str {
    layer.switch().defence().names[lang as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every defence has a listing for those who want to read it.
    #[test]
    fn every_defence_has_its_code() {
        for defence in DEFENCES {
            let file = format!("{}/sim/src/protect/{}", env!("CARGO_MANIFEST_DIR"), defence.file);
            assert!(std::path::Path::new(&file).exists(), "{file}");
        }
    }
}
