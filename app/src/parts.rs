//! What several pages share.

pub(crate) mod field;
pub(crate) mod find;
pub(crate) mod frame;
pub(crate) mod icon;
pub(crate) mod invitations;
pub(crate) mod loaded;
pub(crate) mod person_row;
pub(crate) mod proposals;
pub(crate) mod prove;
pub(crate) mod roles;
pub(crate) mod settings_tabs;
pub(crate) mod status;
pub(crate) mod submit;
pub(crate) mod theme;
pub(crate) mod time;
pub(crate) mod trouble;
pub(crate) mod words;
