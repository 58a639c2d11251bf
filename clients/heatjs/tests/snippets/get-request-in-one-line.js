var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.getRequest('44647b6f-b033-4788-9ee2-9d7aa5cb0158')
.then(function (res) {
// handle response here
});
