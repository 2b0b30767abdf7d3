//! One portfolio as the WhatsApp Business Platform sees it.
