// Everything is there: show it.
element.querySelector(".tham-place").replaceWith(app);
shine(null);
speak(recalled(localStorage, "language") === "en" ? "en" : "th");
showChosen();
titled("");
go("talk");
const before = recalled(sessionStorage, "conversation");
if (before) openConversation(before).catch(() => newConversation()); else guarded(greet)();
question.focus();
document.fonts.ready.then(fit);  // the hint is higher in its own letters
