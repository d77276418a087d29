// Package facts reads listings of state: what virsh, kubectl, top, ps, free and files under /proc said when somebody
// saved their output. One file per listing. A listing may stand alone in its file, several may follow one another,
// and shell prompts between them tell which command comes next.
package facts
