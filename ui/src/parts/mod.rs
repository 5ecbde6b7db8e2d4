//! Components that every page uses.

mod avatar;
mod calendar;
mod faces;
mod field;
mod focus;
mod icon;
mod toast;

pub use avatar::Avatar;
pub use calendar::DatePicker;
pub use faces::{Empty, ErrorFace, Skeleton, loaded};
pub use field::{Choice, Field, Segments, input_value, select_value};
pub use focus::{SpokenPanel, use_opened};
pub use icon::Icon;
pub use toast::{Toast, ToastHost, Tone, use_toasts};
