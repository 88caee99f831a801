// Browsers refuse a web worker to a page that was opened from disk, and the search of the site runs in one. There, run the
// worker's script in a hidden frame, which looks the same from both sides: messages in, messages out.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inside = frame.contentWindow;
      const receive = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        this.onmessage?.(event);
      };
      inside.postMessage = (data) => setTimeout(receive, 0, structuredClone(data));
      inside.importScripts = () => {};
      const script = inside.document.createElement("script");
      this.started = new Promise((resolve) => (script.onload = resolve));
      script.src = new URL(url, location.href);
      inside.document.body.append(script);
      this.frame = frame;
    }

    postMessage(data) {
      const copy = structuredClone(data);
      this.started.then(() => {
        const event = new MessageEvent("message", { data: copy });
        this.frame.contentWindow.dispatchEvent(event);
      });
    }

    terminate() {
      this.frame.remove();
    }
  };
}
