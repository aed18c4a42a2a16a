// An invitation's token stands behind the # of its link, where no server log sees it. Sends it as an ordinary form.

const sent = document.querySelector("form[data-invitation]");
const token = location.hash.slice(1);

if (sent && token) {
  history.replaceState(null, "", location.pathname); // before anything is sent: this browser's history keeps no token
  sent.elements.token.value = token;
  sent.submit();
}
