//! A against B.

use yew::prelude::*;

use super::PanelProps;
use crate::stage::view::NAMES;
use crate::ui::numbers::{NUMBERS, Number};

/// The table of numbers at the playhead.
#[component]
pub fn Numbers(props: &PanelProps) -> Html {
    let lang = props.state.lang;
    let lanes = &props.playhead.lanes;
    let shown = |n: &&Number| n.always || lanes.iter().any(|lane| (n.read)(lane) != "0");
    html! {
        <div class="numbers">
            <table>
                <caption>{ lang.pick("At the playhead", "再生位置での値") }</caption>
                <thead><tr><td></td>{ for NAMES.iter().take(lanes.len()).map(|name| html! { <th key={*name} scope="col">{ name }</th> }) }</tr></thead>
                <tbody>
                    { for NUMBERS.iter().filter(shown).map(|n| html! {
                        <tr key={n.key}><th scope="row">{ n.names[lang as usize] }</th>{ for lanes.iter().enumerate().map(|(i, lane)| html! { <td key={i}>{ (n.read)(lane) }</td> }) }</tr>
                    }) }
                </tbody>
            </table>
            <p class="note">{ lang.pick(
                "Shared counts everybody whose result went to more than one caller, the leader included. Followers leave the leader out: one less for each flight.",
                "shared は、結果が 2 件以上に渡った呼び出しを、リーダーも含めて数えます。フォロワーはリーダーを除くので、読み込み 1 回につき 1 少なくなります。",
            ) }</p>
        </div>
    }
}
