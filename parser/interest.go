package parser

import "oomortem/parser/scan"

// Interest says which log lines some message reader wants, so that an envelope can drop the rest unread. Once the
// readers have said what they want it may be asked from several goroutines.
type Interest struct {
	byInitial [256][]source // programs by their first byte
	any       wishes
	unnamed   wishes // for lines that name no program
}

type source struct {
	name string
	wishes
}

// wishes are what readers want of one source. Those that come with words are only asked when one of their words is in
// the text, which one pass tells for all of them.
type wishes struct {
	tests  []func(text []byte) bool
	worded []func(text []byte) bool
	words  []string
	finder *scan.Words
}

// AnySource is the source of readers that take lines of any program.
const AnySource = "*"

// Want registers a reader's wish: lines of the named programs whose text passes the test; a nil test takes all.
func (i *Interest) Want(sources []string, test func(text []byte) bool) {
	i.WantWords(sources, nil, test)
}

// WantWords is Want with words of two bytes and more, one of which is in every text that passes the test. They make
// the search for them cheap; nil stands for none.
func (i *Interest) WantWords(sources, words []string, test func(text []byte) bool) {
	for _, name := range sources {
		switch name {
		case AnySource:
			i.any.add(words, test)
		case "":
			i.unnamed.add(words, test)
		default:
			i.named(name).add(words, test)
		}
	}
}

// named gives the wishes for a program's lines.
func (i *Interest) named(name string) *wishes {
	list := &i.byInitial[name[0]]
	for k := range *list {
		if (*list)[k].name == name {
			return &(*list)[k].wishes
		}
	}
	*list = append(*list, source{name: name})
	return &(*list)[len(*list)-1].wishes
}

func (w *wishes) add(words []string, test func([]byte) bool) {
	if test == nil {
		test = func([]byte) bool { return true }
	}
	if len(words) == 0 {
		w.tests = append(w.tests, test)
		return
	}
	w.worded = append(w.worded, test)
	w.words = append(w.words, words...)
	w.finder = scan.NewWords(w.words)
}

func (w *wishes) none() bool { return len(w.tests) == 0 && len(w.worded) == 0 }

// pass tells whether one of the wishes is for the text.
func (w *wishes) pass(text []byte) bool {
	for _, t := range w.tests {
		if t(text) {
			return true
		}
	}
	if w.finder == nil || !w.finder.In(text) {
		return false
	}
	for _, t := range w.worded {
		if t(text) {
			return true
		}
	}
	return false
}

// Wants tells whether a reader wants a line of the program with the text. A nil Interest wants everything.
func (i *Interest) Wants(program, text []byte) bool {
	if i == nil || !i.any.none() && i.any.pass(text) {
		return true
	}
	if len(program) == 0 {
		return i.unnamed.pass(text)
	}
	for k := range i.byInitial[program[0]] {
		if s := &i.byInitial[program[0]][k]; s.name == string(program) {
			return s.pass(text)
		}
	}
	return false
}

// WantsText tells whether a reader wants the text if the right program said it: for lines that continue another one.
func (i *Interest) WantsText(text []byte) bool {
	if i == nil || i.any.pass(text) || i.unnamed.pass(text) {
		return true
	}
	for c := range i.byInitial {
		for k := range i.byInitial[c] {
			if i.byInitial[c][k].pass(text) {
				return true
			}
		}
	}
	return false
}

// WantsProgram tells whether any line of the program may be wanted.
func (i *Interest) WantsProgram(program []byte) bool {
	if i == nil || !i.any.none() {
		return true
	}
	if len(program) == 0 {
		return !i.unnamed.none()
	}
	for k := range i.byInitial[program[0]] {
		if i.byInitial[program[0]][k].name == string(program) {
			return true
		}
	}
	return false
}

// Sourced is what readers want of one program.
type Sourced wishes

// Of gives what readers want of the program with the tag, "systemd[1]:" or "kernel:"; nil when they want nothing of it.
// Readers of any program must be asked by Wants: whole is false when there are some.
func (i *Interest) Of(tag []byte) (s *Sourced, whole bool) {
	if !i.any.none() {
		return nil, false
	}
	list := i.byInitial[tag[0]]
	for k := range list {
		name := list[k].name
		if n := len(name); n < len(tag) && (tag[n] == '[' || tag[n] == ':') && string(tag[:n]) == name {
			return (*Sourced)(&list[k].wishes), true
		}
	}
	return nil, true
}

// Wants tells whether a reader wants the program's text.
func (s *Sourced) Wants(text []byte) bool { return (*wishes)(s).pass(text) }
