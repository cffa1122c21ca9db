// The generator: its runtime unpacked from this page, one run at a time, and pixels on a canvas.

const pixels = about.size * about.size;
let session, Tensor, turn = Promise.resolve();

async function unzip(id) {
  const packed = new Blob([fromBase64(text(id))]).stream().pipeThrough(new DecompressionStream("gzip"));
  document.getElementById(id).remove();
  return new Response(packed).arrayBuffer();
}

async function start() {
  const [code, wasm, model] = await Promise.all([unzip("runtime"), unzip("wasm"), unzip("model")]);
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const runtime = await import(address);
  URL.revokeObjectURL(address);
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary = wasm;
  Tensor = runtime.Tensor;
  session = await runtime.InferenceSession.create(new Uint8Array(model), { executionProviders: ["wasm"] });
}

// Pictures of several z: one Float32Array each, in [-1, 1], row by row with the channels last.
function decode(latents, label) {
  const feed = { z: new Tensor("float32", Float32Array.from(latents.flatMap((z) => [...z])), [latents.length, dim]) };
  if (about.num_classes) {
    feed.labels = new Tensor("int32", new Int32Array(latents.length).fill(label), [latents.length]);
  }
  // A session runs one at a time.
  const run = turn.then(async () => {
    const { data } = (await session.run(feed)).images;
    const length = pixels * about.channels;
    return latents.map((_, i) => data.slice(i * length, (i + 1) * length));
  });
  turn = run.catch(() => {});
  return run;
}

function paint(canvas, picture) {
  const image = new ImageData(about.size, about.size);
  for (let i = 0; i < pixels; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const source = about.channels === 1 ? i : 3 * i + channel;
      image.data[4 * i + channel] = Math.round((picture[source] + 1) * 127.5);
    }
    image.data[4 * i + 3] = 255;
  }
  canvas.width = canvas.height = about.size;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Calls while work is under way become one more call after it, with what holds then.
function latest(work) {
  let busy = false, again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) { again = false; await work(); }
    } catch (error) {
      complain(error);
    } finally {
      busy = false;
    }
  };
}
