// A photograph under a filter whose weights grow toward a lamp, which turns freely. The function
// takes the photograph (1, 1, rows, columns) in grays from 0 to 255 and the lamp's angle in degrees,
// from the right and counterclockwise; it gives the `weights` and the `edges`, of the photograph's
// size. Option: `filter_size`. Of lab.more: `range`; edges are drawn from black at −range to white.

views.lamp = (lab) => {
  const { range } = lab.more;
  const size = Object.values(lab.graphs)[0].inputs[0].shape.slice(2);
  const [photograph, [start]] = Object.values(lab.samples)[0];
  const middle = size.map((length) => (length - 1) / 2);

  const picture = new Raster(...size, {
    label: "Drag around the picture to turn the lamp. Or: arrow keys move, Space puts the lamp there.",
    press: (row, column, first) => {
      const angle = (Math.atan2(middle[0] - row, column - middle[1]) * 180) / Math.PI;
      aim(Math.round(angle + 360) % 360, !first);
    },
  });
  const bulb = picture.box.appendChild(make("span", { class: "lab-bulb" }));

  /** Turn the lamp; one turn is one step back. */
  const aim = (angle, joined = past.state.aimed) => past.change({ angle, aimed: true }, joined);

  const show = soon(({ angle, ...options }) => {
    const { weights, edges } = lab.run([photograph, [angle]], options);
    picture.draw(edges.flat, -range, range);
    turn.at = angle;
    sizes.at = options.filter_size;
    const way = [-Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
    const out = Math.min(...way.map((share, axis) => middle[axis] / Math.max(Math.abs(share), 1e-9)));
    const [top, left] = way.map((share, axis) => `${50 + (45 * out * share) / middle[axis]}%`);
    Object.assign(bulb.style, { top, left });
    const numbers = weights.flat.length;
    lab.say(`The lamp is at ${angle}°: ${numbers} numbers, multiplied and added at every pixel. ` +
      `Gray is 0, white ${range} or more.`);
  });

  const degrees = { min: 0, max: 360, step: 1, shown: (angle) => `${angle}°` };
  const turn = slider("Lamp:", degrees, (angle) => aim(angle));
  const change = (some) => past.change({ ...some, aimed: false });
  const squares = (n) => `${n}×${n}`;
  const sizes = choice("Filter:", lab.options.filter_size, (filter_size) => change({ filter_size }), squares);
  const past = new Past({ angle: start, ...lab.firstOptions }, show);
  lab.room.append(row(turn, sizes, past.undo), picture.box);
  return ({ sample, ...options }) => {
    if (sample) [, [options.angle]] = lab.samples[sample];
    change(options);
  };
};
