// A digit turned, resized and shifted by handles, and read by three networks. The function takes the
// drawing and its pose (angle, scale, shifts). It gives `input`, which all three read, and `box`, the
// corners of the digit in it; `handed_on`, which the transformer makes of it, and `frame`, the corners
// of what it looked at; and the probabilities of each network. Of lab.more: the `networks`, of each its
// name among the results, and what readers call it.

views.turn = (lab) => {
  const SIDE = 32;
  const PEN = 2.5; // the radius: strokes as wide as those of the data set
  const ROOM = 1.6; // the stage shows the coordinates from −1.6 to 1.6
  const { networks } = lab.more;
  const settings = [
    { label: "angle", min: -180, max: 180, step: 1, shown: (angle) => `${told(angle, 0)}°` },
    { label: "scale", min: 0.5, max: 1.6, step: 0.05 },
    { label: "shift right", min: -0.5, max: 0.5, step: 0.05 },
    { label: "shift down", min: -0.5, max: 0.5, step: 0.05 },
  ];

  const input = new Raster(12, 12, { label: "What the networks read" });
  const handed = new Raster(12, 12, { label: "What the transformer hands on" });
  const answers = networks.map(([, name]) => bars([..."0123456789"], `Probabilities, ${name}`));
  const [digit, look, top] = ["lab-box", "lab-look", "lab-look top"].map((name) => svg("polygon", { class: name }));
  const corners = [0, 1, 2, 3].map(() => svg("circle", { class: "lab-corner" }));
  const viewBox = [-ROOM, -ROOM, 2 * ROOM, 2 * ROOM].join(" ");
  const drawn = svg("svg", { class: "lab-over", viewBox, "aria-hidden": true });
  drawn.append(digit, look, top, ...corners);
  const stage = make("div", { class: "lab-stage" }, input.box, drawn);

  const outline = (box, frame) => {
    digit.setAttribute("points", box.join(" "));
    look.setAttribute("points", frame.join(" "));
    top.setAttribute("points", frame.subarray(0, 4).join(" "));
    corners.forEach((corner, i) => {
      corner.setAttribute("cx", box[2 * i]);
      corner.setAttribute("cy", box[2 * i + 1]);
    });
  };

  const show = soon(({ drawing, pose }) => {
    const found = lab.run([drawing, pose]);
    const empty = !drawing.some(Boolean);
    pad.draw(drawing);
    input.draw(found.input.flat);
    handed.draw(found.handed_on.flat);
    outline(found.box.flat, found.frame.flat);
    sliders.forEach((each, i) => (each.at = pose[i]));
    const read = networks.map(([key, name], i) => {
      const q = [...found[key].flat];
      answers[i].show(empty ? q.map(() => 0) : q);
      const best = q.indexOf(Math.max(...q));
      return `${name}, ${best} (${told(q[best])})`;
    });
    lab.say(empty
      ? "Nothing is drawn yet: draw a digit on the pad."
      : `Turned by ${told(pose[0], 0)}°, scale ${told(pose[1])}. Read as: ${read.join("; ")}.`);
  });

  let last = {}; // gesture, and the state that it made

  /** Change the pose, within the sliders' limits; all that one gesture does is one step. */
  const move = (pose, gesture) => {
    const held = pose.map((number, i) => {
      const { min, max, step } = settings[i];
      return step * Math.round(Math.min(Math.max(number, min), max) / step);
    });
    past.change({ pose: held }, last.gesture === gesture && last.state === past.state);
    last = { gesture, state: past.state };
  };

  /** The place that is pointed at, in the coordinates of the picture. */
  const place = ({ clientX, clientY }) => {
    const { left, top, width } = stage.getBoundingClientRect();
    return [clientX - left, clientY - top].map((at) => ROOM * ((2 * at) / width - 1));
  };

  /** The angle and the distance of a place, as the digit's middle sees it. */
  const seen = ([u, v], [, , x, y]) => [(180 / Math.PI) * Math.atan2(v - y, u - x), Math.hypot(u - x, v - y)];

  const drag = ({ pose, from, turns }, to) => {
    const [angle, scale, x, y] = pose;
    if (!turns) return [angle, scale, x + to[0] - from[0], y + to[1] - from[1]];
    const [[before, near], [after, far]] = [seen(from, pose), seen(to, pose)];
    return [((angle + after - before + 540) % 360) - 180, (scale * far) / near, x, y];
  };

  let grip;
  stage.addEventListener("pointerdown", (event) => {
    const [{ pose }, from] = [past.state, place(event)];
    grip = { pose, from, turns: seen(from, pose)[1] > 0.7 * pose[1] }; // a corner is at 0.94 of the scale
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => grip && move(drag(grip, place(event)), grip));
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => (grip = undefined));

  const sliders = settings.map(({ label, ...setting }, i) =>
    slider(label, setting, (number) => move(past.state.pose.with(i, number), i)));
  const begun = ([drawing, pose]) => ({ drawing: Float32Array.from(drawing), pose });
  const take = (name) => past.change(begun(lab.samples[name]));
  const past = new Past(begun(Object.values(lab.samples)[0]), show);
  const pad = drawingPad(SIDE, PEN, "a digit", past);
  lab.room.append(
    row(samples(lab, take), past.undo, button("Upright", () => past.change({ pose: [0, 1, 0, 0] })),
      button("Clear", () => past.change({ drawing: new Float32Array(SIDE * SIDE) }))),
    make("div", { class: "lab-row top lab-turn" }, part("your drawing", pad.box),
      part("what all three read: drag it", stage), part("what is handed on", handed.box)),
    make("p", { class: "lab-note" },
      "Orange: your digit; a corner turns and resizes it, its middle shifts it. ",
      "Green: what the transformer looked at; the thick edge comes out on top."),
    make("div", { class: "lab-three" }, ...networks.map(([, name], i) => part(name, answers[i]))),
    row(...sliders),
  );
  return ({ sample }) => sample && take(sample);
};
