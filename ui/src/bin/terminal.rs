fn main() {
    salon_ui::text::restore_language();
    salon_ui::stopped::show_faults();
    yew::Renderer::<salon_ui::terminal::Terminal>::new().render();
}
