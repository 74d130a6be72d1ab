# Stands for the host's own tools in the concurrency tests:
#   writer.pl FILE NAME COMMITS
# Each commit adds a record, and one prop to the record that all writers share.
use strict;
use warnings;
use Fcntl qw(:flock);

my ($path, $name, $commits) = @ARGV;

for my $commit (0 .. $commits - 1) {
    my $semaphore = lock_database();

    open my $in, '<', $path or die "$path: $!";
    my %records = map { chomp; split /=/, $_, 2 } grep { !/^\s*(#|$)/ } <$in>;
    close $in;

    $records{"$name-$commit-0"} = "made|by|$name";
    $records{shared} .= "|$name-$commit|done";

    open my $out, '>', "$path.$$" or die "$path.$$: $!";
    print $out map { "$_=$records{$_}\n" } sort keys %records;
    close $out or die "$path.$$: $!";
    rename "$path.$$", $path or die "$path: $!";

    unlink "$path.lock";
    close $semaphore;
}

sub lock_database {
    while (1) {
        open my $semaphore, '>>', "$path.lock" or die "$path.lock: $!";
        flock $semaphore, LOCK_EX or die "$path.lock: $!";
        my $there = (stat "$path.lock")[1];
        return $semaphore if defined $there && $there == (stat $semaphore)[1];
    }
}
