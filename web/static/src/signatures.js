// Signing with a finger, a pen or the mouse. What is drawn goes as a PNG data URL into the hidden field beside the canvas;
// an untouched canvas sends nothing, so that "not signed" stays visible to the server.

function mount(block) {
  const canvas = block.querySelector('canvas');
  const field = block.querySelector('input[type="hidden"]');
  const pen = canvas.getContext('2d');
  Object.assign(pen, { lineWidth: 3, lineCap: 'round', lineJoin: 'round', strokeStyle: '#10213a' });
  let drawing = false;

  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener('pointerdown', (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...point(event));
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing) return;
    pen.lineTo(...point(event));
    pen.stroke();
  });
  const stop = () => {
    if (!drawing) return;
    drawing = false;
    field.value = canvas.toDataURL('image/png');
  };
  canvas.addEventListener('pointerup', stop);
  canvas.addEventListener('pointercancel', stop);
  block.querySelector('.ow-signature__clear').addEventListener('click', () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = '';
    canvas.focus();
  });
  if (field.value.startsWith('data:image/png;base64,')) { // signed before the page came back
    const signed = new Image();
    signed.addEventListener('load', () => pen.drawImage(signed, 0, 0));
    signed.src = field.value;
  }
  block.hidden = false;
}

document.querySelectorAll('[data-module="ow-signature"]').forEach(mount);
