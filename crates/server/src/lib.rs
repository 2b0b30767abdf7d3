//! Everything with a socket.
