//! What the client's own screen says, and how it is opened.

super::messages! {
    WELCOME: "Welcome", "Willkommen", "Bienvenue";
    SAVED: "Taken off", "Nachlass", "Remise";
    TO_PAY: "To pay", "Zu zahlen", "À payer";
    CARD: "Please follow the card terminal", "Bitte folgen Sie dem Kartenterminal", "Suivez le terminal de paiement";
    THANKS: "Thank you, see you soon", "Vielen Dank, bis bald", "Merci, à bientôt";
    SCREEN: "Client's screen", "Kundenbildschirm", "Écran client";
    SCREEN_HOW: "A window for a second screen that is turned to the client: the ticket as it grows, and what it comes to.", "Ein Fenster für einen zweiten Bildschirm, der zum Kunden zeigt: der Bon, wie er wächst, und was er kostet.", "Une fenêtre pour un second écran tourné vers le client : le ticket au fur et à mesure, et son total.";
    SCREEN_OPEN: "Open it", "Öffnen", "Ouvrir";
    SCREEN_NOT: "The window could not be opened. If the browser holds it back, allow windows of this page.", "Das Fenster ließ sich nicht öffnen. Falls der Browser es zurückhält, erlauben Sie Fenster dieser Seite.", "La fenêtre n’a pas pu s’ouvrir. Si le navigateur la retient, autorisez les fenêtres de cette page.";
}
