"""What several tests need: real servers, real processes, the recordings. No Qt here."""
