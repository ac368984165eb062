% Three buses in a triangle: what every error below is one mistake away from.
function mpc = triangle
mpc.version = '2';
mpc.baseMVA = 100;

%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	230	1	1.1	0.9;
	2	2	100	20	0	0	1	1	0	230	1	1.1	0.9;
	3	1	150	30	5	0	1	1	0	230	1	1.1	0.9;
];

%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	100	-100	1	100	1	200	10;
	2	0	0	100	-100	1	100	1	150	0;
];

%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0.01	0.1	0	60	0	0	0	0	1	-30	30;
	1	3	0.01	0.1	0	0	0	0	0	0	1	-30	30;
	2	3	0.01	0.1	0	0	0	0	0	0	1	-30	30;
];

%	model	startup	shutdown	n	c(n-1)	...	c0
mpc.gencost = [
	2	0	0	3	0.01	10	5;
	2	0	0	3	0	30	0;
