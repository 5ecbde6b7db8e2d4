fn main() {
    salon_ui::text::restore_language();
    yew::Renderer::<salon_ui::console::Console>::new().render();
}
