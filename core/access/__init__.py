"""Coming in, staying in, and what one may: sessions, second factors, users and roles, work in another's name."""
