"""What the data are and when they are public: kinds, the border that checks them, calendars."""
