// How the scripts of a page send something to the server: as JSON, with the token of the page. Whoever signed in again on
// another page has a new token; it comes with the refusal, for the same person alone, and the same is sent once more.

let renewed = '';

export async function send(url, method, body, csrf) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Person': document.body.dataset.person ?? '' };
  const sent = JSON.stringify(body);
  const once = () => fetch(url, { method, body: sent, headers: { ...headers, 'X-CSRFToken': renewed || csrf } });
  const answer = await once();
  if (answer.status !== 400) return answer;
  const { csrf: token } = await answer.clone().json().catch(() => ({}));
  if (!token) return answer;
  renewed = token;
  for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = token;
  return once();
}

// What may come right by itself: somebody signs in again, or the server comes back.
export function passes(status) {
  return status === 401 || status >= 500;
}
