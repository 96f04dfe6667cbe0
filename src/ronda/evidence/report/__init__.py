"""What goes along with evidence on paper: the berita acara, a contact sheet, the chain of custody."""
