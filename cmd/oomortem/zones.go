package main

// --tz has to work where the machine has no time zones, as in an image that holds the program alone.
import _ "time/tzdata"
