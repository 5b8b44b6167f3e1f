'use strict';
// Runs jsii's program, the argument, as the process that Python talks to (see node_process.py). jsii's own entry is
// a second Node process, which passes on every message and takes a quarter of a short run to start.
require('./node_preload.cjs');
const fs = require('fs');
const path = require('path');
const { Writable } = require('stream');
const workers = require('worker_threads');

// The program talks over file 3: to its parent there, here to Python.
const { readSync, writeSync } = fs;
fs.readSync = (file, ...rest) => readSync(file === 3 ? 0 : file, ...rest);
fs.writeSync = (file, ...rest) => writeSync(file === 3 ? 1 : file, ...rest);

// What it prints reaches Python as jsii's entry sends it, one object a line.
for (const name of ['stdout', 'stderr']) {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writeSync(2, `${JSON.stringify({ [name]: chunk.toString('base64') })}\n`);
      done();
    },
  });
  Object.defineProperty(process, name, { value: Object.assign(stream, { fd: 2 }) });
}

// jsii's Python package keeps the program and the worker that writes its index under names of its own.
const PREFIX = 'lib__';
const { Worker } = workers;
workers.Worker = class extends Worker {
  constructor(script, options) {
    super(path.join(path.dirname(script), PREFIX + path.basename(script)), options);
  }
};

require(process.argv[2]);
