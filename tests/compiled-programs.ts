// What tests start takes what is compiled already: a server that compiles itself takes half as long again to start. It is
// named here and not before, since the tests themselves must not take it: coverage of functions that come from the
// compile cache is imprecise.
const folder = process.env.BILLHOOK_COMPILED;
if (folder !== undefined) process.env.NODE_COMPILE_CACHE = folder;
