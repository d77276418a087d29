package record

import "time"

// Problem is something in the input that could not be used: data about the data, never a reason to stop.
type Problem struct {
	From Origin
	Msg  string // what was found and what was expected
}

// Anchor ties a stamp that lacks its year or zone to the instant that the same line gives otherwise,
// such as libvirt's UTC stamp inside a syslog line.
type Anchor struct {
	From    Origin
	Stamp   Stamp         // as the envelope wrote it
	Instant time.Time     // the same moment, exactly
	Slack   time.Duration // how far the two may lie apart
	Rule    string        // how it is known: "libvirt's UTC stamp on the same line"
}

// Input tells what became of one input, once it has been read.
type Input struct {
	Path          string
	Format        string // name of the format, "" when nothing recognized it
	Log           bool   // a host's log, whose silence says something
	Live          bool   // written line by line as things happened: the last line is as old as the file
	Encoding      string // utf-8, utf-16le, gb18030 ...
	Bytes         int64  // as read, after decompression
	Lines         int
	Events        int
	Samples       int       // samples of series and rows of load
	Modified      time.Time // of the file or archive member; zero when not known
	ModifiedLocal time.Time // the same in digits of an unknown zone, as if in UTC, where only those are known
	First         Stamp     // earliest and latest time read
	Last          Stamp
	// No line is earlier or later, by the rotation's date in the name or the journal's range at its head; local digits as if they
	// were UTC; zero when not known.
	NotBefore, NotAfter time.Time
	Zone                *time.Location // of the stamps that have none, by the journal's range at its head; nil when not known
	Rotation            Rotation
}

// Rotation tells where a file stands among the files of one rotated log, by its name.
type Rotation struct {
	Log string    // path of the file that is written: "var/log/messages" for var/log/messages.2.gz
	Age int       // of two files of the log the one with the greater number is older; -1 is the one that is written
	Day time.Time // in the name of a file that is called by it, "messages-20210214", in local digits as if they were UTC; else zero
}

// Sink takes records as they are read. A parser calls it from one goroutine; a record belongs to the sink
// after the call, and strings in it do not alias the parser's buffer.
type Sink interface {
	Line(Line)       // a log line that a message reader may want
	Event(Event)     //
	Sample(Sample)   //
	Load(*Load)      //
	Fact(Fact)       //
	Anchor(Anchor)   //
	Problem(Problem) //
	Input(Input)     // last, once for each input
}

// Discard is a Sink that drops everything; embed it to take only some records.
type Discard struct{}

// Line drops a line.
func (Discard) Line(Line) {}

// Event drops an event.
func (Discard) Event(Event) {}

// Sample drops a sample.
func (Discard) Sample(Sample) {}

// Load drops a load.
func (Discard) Load(*Load) {}

// Fact drops a fact.
func (Discard) Fact(Fact) {}

// Anchor drops an anchor.
func (Discard) Anchor(Anchor) {}

// Problem drops a problem.
func (Discard) Problem(Problem) {}

// Input drops an input's summary.
func (Discard) Input(Input) {}
