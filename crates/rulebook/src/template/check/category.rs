//! A template that is in the wrong category by its words is rejected for it, where it was not taken in the right one
//! (page on template categories). Whether it is wrong is the edition's to say.

use super::{At, Finding, Part, Place, Reason};
use crate::template::draft::Category;

/// It should be in another category.
pub fn wrong_category(right: Category) -> Finding {
    let right = right.api_value();
    Finding {
        rule: "category",
        message: format!("By its words it is a template of category {right}."),
        recommendation: format!("Submit it in category {right}, or change its words."),
        at: At::Review(Reason::IncorrectCategory),
        place: Place::whole(Part::Template),
    }
}
