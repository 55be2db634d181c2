//! Mounts the page.

fn main() {
    yew::Renderer::<stampede_playground::app::App>::new().render();
}
