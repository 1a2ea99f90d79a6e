// A great change goes on for as long as the page that tells of it is open.
setTimeout(() => document.querySelector("form.unfinished")?.requestSubmit(), 500);
