/*
 * The algorithm of the socket mechanism (the essay above SocketMechanism.java), for Spin: PROCESSES
 * processes lock and unlock one name, HOLDS times each; KILLS times one of them dies, at any step,
 * and is born anew, perhaps at a port that another one left; a stranger takes a port and may leave it.
 *
 *   spin -a socket-lock.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m20000
 *   gcc -O2 -DNP -DNOREDUCE -o pan pan.c && ./pan -l -m20000
 *
 * Each alternative below is one step: a system call, a message, or a look into memory. Between any
 * two of them all others may do whatever they can, so a process that is stopped needs no words here.
 *
 * Checked: no owner beside another owner or a reader (assertions). No invalid end state, which means
 * that nobody waits for ever for what nobody has; and no cycle at all (the second command), so that
 * everybody comes to such an end. FAULT_... plants a fault, which must be found.
 *
 *   SHARED    each hold is an owner's, a reader's, or an owner's who becomes a reader
 *   TURN      who wants the lock waits for his turn first, or tries without
 *   NO_PIDS   whether a pid lives can't be told: other containers, other systems
 */

#ifndef PROCESSES
#define PROCESSES 3
#endif
#ifndef HOLDS
#define HOLDS 1
#endif
#ifndef KILLS
#define KILLS 2
#endif
#define PORTS (PROCESSES + 1) /* the stranger may keep one */

/* How many records a process makes at most, in all its lives. */
#ifdef SHARED
#define NONCES_EACH (3 * (HOLDS + KILLS) + (PROCESSES - 1) * (HOLDS + KILLS))
#else
#ifdef TURN
#define NONCES_EACH (2 * (HOLDS + KILLS))
#else
#define NONCES_EACH (HOLDS + KILLS)
#endif
#endif
#define NONCES (PROCESSES * NONCES_EACH + 1)

#define NOBODY 0     /* at a port: connections are refused */
#define STRANGER 100 /* answers something, or hangs up */
#define MUTE 101     /* says nothing, and keeps the connection */

/* The directories. A record is its nonce here, 1 and up; what its name says is in the arrays. */
#define LOCK 0
#define NEXT 1
byte gate[2];        /* the one record in each gate: who has the lock, who is next; 0: empty, or not there */
bit reading[NONCES]; /* the records in READERS */
byte record_port[NONCES], record_birth[NONCES];
#define RECORD_PROCESS(r) (((r) - 1) / NONCES_EACH + 1)
#define LISTENER(r) port[record_port[r]]

/* What the kernel knows. A process's number with its birth is a pid with its start time. */
byte port[PORTS];
bit alive[PROCESSES + 1];
byte birth[PROCESSES + 1];

/* The processes' own memory: the table of nonces, from which their listeners answer. */
bit held[NONCES];

byte kills = KILLS;
byte owners, readers; /* what is checked */

#ifdef NO_PIDS
#define PID_IS_GONE(r) false
#define PID_MAY_BE_GONE(r) true
#else
#define PID_IS_GONE(r) (!alive[RECORD_PROCESS(r)] || birth[RECORD_PROCESS(r)] != record_birth[r])
#define PID_MAY_BE_GONE(r) PID_IS_GONE(r)
#endif

#ifdef FAULT_PORT_AS_NAME /* a record is named by its port, which others may get */
#define IS_IN(g, r) (gate[g] != 0 && record_port[gate[g]] == record_port[r])
#else
#define IS_IN(g, r) (gate[g] == r)
#endif

/* The kernel closes what is open and ends its connections; only after that the pid goes. */
#define FORGET_ALL \
  if :: mine != 0 -> held[mine] = 0; mine = 0 :: else fi; \
  if :: mine_shared != 0 -> held[mine_shared] = 0; mine_shared = 0 :: else fi; \
  if :: my_turn != 0 -> held[my_turn] = 0; my_turn = 0 :: else fi; \
  other = 0; is_over = false; shares = false; \
  port[here] = NOBODY; here = 0

#define OR_DIE :: atomic { kills > 0 -> kills--; FORGET_ALL; goto killed }

inline make_record(r) {
  nonces++;
  assert(nonces <= NONCES_EACH);
  r = (me - 1) * NONCES_EACH + nonces;
  record_port[r] = here;
  record_birth[r] = birth[me]
}

/*
 * Is the claim of record r over? Connects to its port, asks, and looks for its pid. Where the answer is
 * to wait, it waits for the connection's end. To connect and to be answered is one step: who does not
 * live until it answers ends the connection, which only means to ask again.
 */
inline judge(r) {
  if
  :: atomic { PID_IS_GONE(r) -> is_over = true }
  :: atomic { LISTENER(r) == NOBODY && PID_MAY_BE_GONE(r) -> is_over = true }   /* refused */
  :: atomic { LISTENER(r) == STRANGER && PID_MAY_BE_GONE(r) -> is_over = true } /* can't prove the nonce */
  /* MUTE: neither dead nor alive; asked until that changes */
#ifdef FAULT_PORT_TRUSTED /* who listens at the port is taken for him who wrote the record */
  :: atomic { LISTENER(r) != NOBODY -> is_over = false; asked = LISTENER(r) }
#else
  :: atomic { LISTENER(r) != NOBODY && LISTENER(r) <= PROCESSES -> /* which looks into its own table */
       is_over = !(held[r] && RECORD_PROCESS(r) == LISTENER(r) && record_birth[r] == birth[LISTENER(r)]) }
#endif
#ifdef FAULT_SILENCE /* who does not answer in time is taken for dead */
  :: is_over = true
#endif
  OR_DIE
  fi;
  if
  :: is_over
#ifdef FAULT_PORT_TRUSTED
  :: !is_over && LISTENER(r) != asked
#else
  :: !is_over && !held[r]
#endif
  OR_DIE
  fi
}

/* Gets the record mine_ into a gate. */
inline enter(g, mine_) {
  atomic { /* known to the table before anybody can see it */
    make_record(mine_);
#ifndef FAULT_KNOWN_LATE
    held[mine_] = 1
#endif
  }
  /* The directory with the record is made aside, where it has a name that nobody else uses. */
  do
  :: atomic { gate[g] == 0 -> gate[g] = mine_; break } /* it is renamed */
  :: atomic { gate[g] != 0 -> other = gate[g] }        /* that fails; what is there is listed */
     judge(other);
     if
     :: atomic { !is_over -> other = 0 }
#ifdef FAULT_DIRECTORY_CLEARED /* what is in the gate is removed, whatever that is by now */
     :: atomic { is_over -> is_over = false; other = 0; gate[g] = 0 }
#else
     :: atomic { is_over -> is_over = false; /* GATE/RECORD is deleted, if it is there still */
          if :: IS_IN(g, other) -> gate[g] = 0 :: else fi;
          other = 0 }
#endif
     OR_DIE
     fi
  OR_DIE
  od;
#ifdef FAULT_KNOWN_LATE
  if
  :: held[mine_] = 1
  OR_DIE
  fi
#endif
}

inline leave(g, mine_) {
  if
  :: atomic { if :: IS_IN(g, mine_) -> gate[g] = 0 :: else fi } /* GATE/RECORD is deleted */
  OR_DIE
  fi;
  if
  :: atomic { held[mine_] = 0; mine_ = 0 } /* and who waits is told */
  OR_DIE
  fi
}

proctype process(byte me) {
  byte here = me - 1; /* all orders of the first ports are alike */
  byte holds, nonces;
  byte my_turn, mine, mine_shared;
  byte other;
  bool is_over, shares;
#ifdef FAULT_PORT_TRUSTED
  byte asked;
#endif
  goto want;

born:
  atomic { /* the listener is there before anything is claimed */
    if
    :: port[0] == NOBODY -> here = 0
    :: port[1] == NOBODY -> here = 1
#if PORTS > 2
    :: port[2] == NOBODY -> here = 2
#endif
#if PORTS > 3
    :: port[3] == NOBODY -> here = 3
#endif
    fi;
    birth[me]++;
    alive[me] = 1;
    port[here] = me
  }

want:
#ifdef SHARED
  if
  :: shares = false
  :: shares = true
  fi;
#endif
#ifdef TURN
  if
  :: goto attempt
  :: true
  fi;
  enter(NEXT, my_turn);
#endif

attempt:
  enter(LOCK, mine);
#ifdef SHARED
  if
  :: shares -> goto share
  :: else
  fi;
  if
  :: atomic { /* READERS is listed: nobody adds to it who is not in the gate */
       other = NONCES - 1;
       do
       :: other > 0 && !reading[other] -> other--
       :: else -> break
       od
     }
  OR_DIE
  fi;
  if
  :: other == 0 -> goto own
  :: else
  fi;
  leave(LOCK, mine);
  judge(other);
  if
  :: atomic { !is_over -> other = 0 }
  :: atomic { is_over -> is_over = false; reading[other] = 0; other = 0 }
  OR_DIE
  fi;
  goto attempt;
own:
#endif

  atomic { owners++; assert(owners == 1 && readers == 0) }
  if
  :: owners--
  :: atomic { kills > 0 -> kills--; owners--; FORGET_ALL; goto killed }
  fi;

#ifdef SHARED
  if
  :: goto release
  :: goto share /* downgrade */
  fi;
share:
#ifdef FAULT_SHARED_LATE /* the gate is left before the reader is to be seen */
  leave(LOCK, mine);
#endif
  if
  :: atomic { make_record(mine_shared); held[mine_shared] = 1; reading[mine_shared] = 1 }
  OR_DIE
  fi;
#ifndef FAULT_SHARED_LATE
  leave(LOCK, mine);
#endif
  atomic { readers++; assert(owners == 0) }
  if
  :: readers--
  :: atomic { kills > 0 -> kills--; readers--; FORGET_ALL; goto killed }
  fi;
  if
  :: reading[mine_shared] = 0
  OR_DIE
  fi;
  if
  :: atomic { held[mine_shared] = 0; mine_shared = 0 }
  OR_DIE
  fi;
  goto released;
release:
#endif
  leave(LOCK, mine);

released:
#ifdef TURN /* it could be left before, but not later */
  if
  :: my_turn == 0
  :: else -> leave(NEXT, my_turn)
  fi;
#endif
  atomic {
    holds++; other = 0; is_over = false; shares = false;
    if
    :: holds < HOLDS -> goto want
    :: else -> FORGET_ALL; alive[me] = 0; holds = 0; nonces = 0; goto over
    fi
  }

killed:
  alive[me] = 0;
  goto born;
over:
  skip
}

proctype stranger() {
  byte here;

end: /* it need not come */
  if
  :: atomic { port[0] == NOBODY -> here = 0; port[0] = STRANGER }
  :: atomic { port[0] == NOBODY -> here = 0; port[0] = MUTE }
  :: atomic { port[1] == NOBODY -> here = 1; port[1] = STRANGER }
  :: atomic { port[1] == NOBODY -> here = 1; port[1] = MUTE }
  fi;
  if
  :: port[here] = NOBODY
#ifndef NO_PIDS /* with them nobody needs it to leave */
  :: skip
#endif
  fi
}

init {
  byte i;
  atomic {
    for (i : 1 .. PROCESSES) {
      port[i - 1] = i;
      alive[i] = 1;
      birth[i] = 1;
      run process(i)
    }
    run stranger();
    i = 0
  }
}
