// Steps that can be undone and done again. Each is a whole state; states are never changed, only replaced.

export class History {
  constructor(most) {
    this.most = most;
    this.begin({});
  }

  begin(state) {
    this.states = [state];
    this.at = 0;
  }

  get now() { return this.states[this.at]; }

  get canUndo() { return this.at > 0; }

  get canRedo() { return this.at < this.states.length - 1; }

  get changed() { return this.canUndo; }

  push(state) {
    this.states = [...this.states.slice(0, this.at + 1), state].slice(-this.most);
    this.at = this.states.length - 1;
  }

  undo() { if (this.canUndo) this.at -= 1; }

  redo() { if (this.canRedo) this.at += 1; }
}
