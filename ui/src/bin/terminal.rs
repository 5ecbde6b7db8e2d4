fn main() {
    salon_ui::text::restore_language();
    yew::Renderer::<salon_ui::terminal::Terminal>::new().render();
}
